/**
 * The next turn of the event loop, in which what has come in meanwhile is heard. By a message to itself: timers that follow each other
 * are put off by 4 ms each, and in a tab in the background fire once a minute.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
