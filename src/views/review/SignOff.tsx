/** What is left before a slide can be signed, the signature, and the way back. */
import { Lock } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { TYPE_NAMES } from '../../domain/cellType';
import { isCounted } from '../../domain/differential';
import { plural } from '../../domain/plural';
import { missing } from '../../domain/review/count';
import { slideTitle } from '../../domain/review/history';
import { type SinceSigned, sinceSignedText } from '../../domain/review/signed';
import { setLimits, setPanel, showAllTypes } from '../../store/actions';
import { goToNext } from '../../store/goOn';
import { changedOn, isBlank, leftOn, reopen, signOff } from '../../store/signOff';
import { useStore } from '../../store/store';
import { NO_LIMITS } from '../../store/view';

const NO_NAME = 'Type your name above: a signature is somebody\u2019s.';
const NO_REASON = 'Say why: the reason goes into the log.';

export function SignOff({ slide, slides }: { slide: string | null; slides: readonly string[] }) {
  const signatures = useStore((state) => state.history.state.signatures);
  if (slide === null) {
    return (
      <p className="sign muted">
        {slides.length === 0 ? 'There is nothing to sign.' : 'A slide is signed by itself: choose one above.'}
        {signatures.length > 0 && ` ${signatures.length} of ${slides.length} signed.`}
      </p>
    );
  }
  return <OneSlide key={slide} slide={slide} />;
}

function OneSlide({ slide }: { slide: string }) {
  const images = useStore((state) => state.images);
  const history = useStore((state) => state.history);
  const countBorder = useStore((state) => state.countBorder);
  const named = useStore((state) => !isBlank(state.who));
  const target = useStore((state) => state.target);
  const [reason, setReason] = useState('');
  // What was accepted: cells and images that come later are not.
  const [accepted, setAccepted] = useState<{ cells: number; images: number } | null>(null);
  const left = leftOn(slide, { images, history, countBorder });
  const accepts = accepted !== null && left.unreviewed <= accepted.cells && left.images.length === accepted.images;
  const signature = history.state.signatures.find((entry) => entry.slide === slide);
  const since = changedOn(slide, { images, history, countBorder });
  // The button that was pressed goes with what it did; the focus goes on to the words that are there instead.
  const words = useRef<HTMLHeadingElement>(null);
  const acted = useRef(false);
  useEffect(() => {
    if (acted.current) words.current?.focus();
    acted.current = false;
  });
  const show = () => {
    setPanel(null);
    // A filter may hide the very cell that is to be shown.
    showAllTypes();
    setLimits(NO_LIMITS);
    goToNext(
      (cell, image) =>
        cell.type === 'unidentified' &&
        cell.by === 'model' &&
        left.images.includes(image) &&
        isCounted(cell, countBorder),
    );
  };
  if (signature) {
    return (
      <section className="sign" aria-label="Sign-off">
        <p role="status" ref={words} tabIndex={-1}>
          <Lock size={14} aria-hidden="true" /> Signed off{signature.who && ` by ${signature.who}`} on{' '}
          {new Date(signature.at).toLocaleString()}: {plural(signature.images.length, 'image')} locked
          {signature.unreviewed > 0 && `, ${plural(signature.unreviewed, 'cell')} accepted as the model typed them`}.
        </p>
        {since && <Since since={since} />}
        <p>
          <label>
            Why it is reopened
            <input maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
          </label>
          <button
            type="button"
            disabled={isBlank(reason)}
            title={isBlank(reason) ? NO_REASON : undefined}
            onClick={() => {
              acted.current = reopen(slide, reason);
            }}
          >
            Reopen
          </button>{' '}
          {isBlank(reason) && <small className="muted">{NO_REASON}</small>}
        </p>
      </section>
    );
  }
  const { unidentified, untold, base, unreviewed, unfinished } = left;
  const lacking = left.images.length === 0 ? 0 : missing(base, target);
  // Why the button is disabled, the first reason of them; they are listed above it.
  const blocked =
    (left.images.length === 0 && 'There is nothing to sign: no image of the slide has a result.') ||
    (unidentified > 0 && 'Decide each unidentified cell first: a type, U or X.') ||
    (unreviewed > 0 && !accepts && 'Accept the model\u2019s types first, or review the cells.') ||
    (!named && NO_NAME);
  return (
    <section className="sign" aria-label="Sign-off">
      <h3 ref={words} tabIndex={-1}>
        Sign off{' '}
        {slideTitle(slide)
          .replace(/^The /, 'the ')
          .replace(/^Slide/, 'slide')}
      </h3>
      <ul aria-label="What is left">
        {unidentified > 0 && (
          <li data-blocks>
            {plural(unidentified, 'cell')} unidentified: give each a type, U where it cannot be told, or X for not
            counted.{' '}
            <button type="button" onClick={show}>
              Show the first
            </button>
          </li>
        )}
        {!named && <li data-blocks>{NO_NAME}</li>}
        {untold > 0 && (
          <li>{plural(untold, 'cell')} that a person could not tell will be signed as unidentified, in no share.</li>
        )}
        {lacking > 0 && (
          <li>
            {plural(base, 'white cell')} typed: {lacking} short of the target of {target}.
          </li>
        )}
        {unreviewed > 0 && (
          <li>
            <label>
              <input
                type="checkbox"
                checked={accepts}
                onChange={({ target }) =>
                  setAccepted(target.checked ? { cells: unreviewed, images: left.images.length } : null)
                }
              />
              Accept the model’s type of {plural(unreviewed, 'cell')} that nobody has reviewed
            </label>
          </li>
        )}
        {unfinished.length > 0 && (
          <li>
            {plural(unfinished.length, 'file')} without a result will not be part of it:{' '}
            {unfinished
              .slice(0, 5)
              .map(({ name }) => name)
              .join(', ')}
            {unfinished.length > 5 && ' …'}
          </li>
        )}
        {left.images.length === 0 && <li>No image with a result.</li>}
        {!blocked && unreviewed === 0 && unfinished.length === 0 && lacking === 0 && <li>Nothing is left to do.</li>}
      </ul>
      <button
        type="button"
        className="primary"
        disabled={blocked !== false}
        title={blocked || undefined}
        onClick={() => {
          acted.current = signOff(slide);
        }}
      >
        <Lock size={14} aria-hidden="true" />
        Sign off and lock
      </button>
    </section>
  );
}

/** Both counts, so that a signature is never read as standing for numbers that nobody signed. */
function Since({ since }: { since: SinceSigned }) {
  return (
    <>
      <p data-blocks>
        {sinceSignedText(since)}
        {since.added.length > 0 &&
          ' Put added images on a slide of their own, or reopen this one and sign it with them.'}
      </p>
      <table className="since" aria-label="Signed and counted now">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Signed</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {since.counts.map(({ type, signed, now }) => (
            <tr key={type} data-blocks={signed !== now || undefined}>
              <th scope="row">{TYPE_NAMES[type]}</th>
              <td>{signed}</td>
              <td>{now}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
