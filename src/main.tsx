// Mounts the app, which registers the service worker; nothing else.
import { createRoot } from 'react-dom/client';
import { registerPwa } from './pwa/register';
import { App } from './views/App';
import { Insecure } from './views/Insecure';
import { Boundary } from './views/parts/Boundary';

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no #root to mount into');
createRoot(host).render(
  isSecureContext ? (
    <Boundary>
      <App registerPwa={registerPwa} />
    </Boundary>
  ) : (
    <Insecure />
  ),
);
