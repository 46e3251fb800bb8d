// Mounts the app and registers the service worker; nothing else.
import { createRoot } from 'react-dom/client';
import { type PwaState, registerPwa } from './pwa/register';
import { App } from './views/App';

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no #root to mount into');
const root = createRoot(host);

const show = (pwa: PwaState) => root.render(<App offlineReady={pwa.offlineReady} update={pwa.update} />);
registerPwa(show);
