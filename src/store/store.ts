/** The one store. It holds plain data; what acts on it are the functions of this folder. */
import { create } from 'zustand';
import { type CellsSlice, cellsInitial } from './cells';
import { type EngineSlice, engineInitial } from './engine';
import { type ImagesSlice, imagesInitial } from './images';
import { type ReviewSlice, rememberedName, reviewInitial } from './review';
import { type SessionSlice, sessionInitial } from './session';
import { rememberedView, type ViewSlice, viewInitial } from './view';

export type State = ImagesSlice & CellsSlice & ReviewSlice & ViewSlice & EngineSlice & SessionSlice;

export const initialState: State = {
  ...imagesInitial,
  ...cellsInitial,
  ...reviewInitial,
  ...viewInitial,
  ...engineInitial,
  ...sessionInitial,
};

export const useStore = create<State>()(() => ({ ...initialState, ...rememberedView(), ...rememberedName() }));
