// A model server that becomes ready at a random moment and tells how long after it the first byte of a request
// arrived. Half of the starts refuse connections until then, the other half answer 503.
import { createServer } from 'node:http';

const [port, leastMs, mostMs] = process.argv.slice(2).map(Number);
const loadMs = leastMs + Math.random() * (mostMs - leastMs);
const bindsLate = Math.random() < 0.5;
let readyAt = Infinity;

const server = createServer((request, response) => {
  if (request.url === '/health') {
    const isReady = performance.now() >= readyAt;
    response.writeHead(isReady ? 200 : 503).end();
    return;
  }
  const answer = { addedMs: performance.now() - readyAt, loadMs, bindsLate };
  request.resume().on('end', () => response.end(JSON.stringify(answer)));
});
setTimeout(() => {
  if (!bindsLate) {
    readyAt = performance.now();
    return;
  }
  server.listen(port, '127.0.0.1', () => (readyAt = performance.now()));
}, loadMs);
if (!bindsLate) server.listen(port, '127.0.0.1');
