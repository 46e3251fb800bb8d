// What the viewer says in words where there is no picture to see.
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { cell, image } from '../../store/scene.fixture';
import { ViewerNote } from './ViewerNote';

const said = (missing: boolean) =>
  renderToStaticMarkup(<ViewerNote image={image('a', cell(1))} pictured missing={missing} />);

test('a photograph that is not there is asked for', () => {
  expect(said(true)).toMatch(/class="note slim">The photograph is not here .*: drop its file here\./);
  expect(said(false)).toBe('');
});
