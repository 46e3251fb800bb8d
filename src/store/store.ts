/** The one store. It holds plain data; what acts on it are the functions of this folder. */
import { create } from 'zustand';
import { type CellsSlice, cellsInitial } from './cells';
import { type EngineSlice, engineInitial } from './engine';
import { type ImagesSlice, imagesInitial } from './images';
import { type SessionSlice, sessionInitial } from './session';
import { rememberedView, type ViewSlice, viewInitial } from './view';

export type State = ImagesSlice & CellsSlice & ViewSlice & EngineSlice & SessionSlice;

export const initialState: State = {
  ...imagesInitial,
  ...cellsInitial,
  ...viewInitial,
  ...engineInitial,
  ...sessionInitial,
};

export const useStore = create<State>()(() => ({ ...initialState, ...rememberedView() }));
