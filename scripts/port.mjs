import { createServer } from 'node:net';

/** A port of this machine that nothing listens on at the moment. @param {string} host @returns {Promise<number>} */
export const freePort = (host) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
