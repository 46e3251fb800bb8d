// The whole screen: for now its name, what it is for, and whether it works offline yet.

export interface AppProps {
  /** Everything the app needs is stored on this device. */
  offlineReady: boolean;
  /** Switches to a waiting new version and reloads; null while there is none. */
  update: (() => void) | null;
}

export function App({ offlineReady, update }: AppProps) {
  return (
    <main>
      <h1>Leukolens</h1>
      <p>White blood cells, found, outlined and typed in your browser. Nothing is uploaded.</p>
      <p>For Research Use Only. Not for use in diagnostic procedures.</p>
      <p role="status">{offlineReady ? 'Ready to work offline.' : 'Storing what offline use needs…'}</p>
      {update && (
        <button type="button" onClick={update}>
          Reload into the new version
        </button>
      )}
    </main>
  );
}
