// A model server that tells when its process began, when it was ready and when the request arrived, in
// milliseconds since 1970, and how many of its kind have been started (by a file that each adds a line to).
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, loadMs, startsFile] = process.argv.slice(2);
const wallMs = () => performance.timeOrigin + performance.now();
let readyMs = Infinity;

appendFileSync(startsFile, `${process.pid}\n`);
createServer((request, response) => {
  const arrivedMs = wallMs();
  if (request.url === '/health') {
    response.writeHead(arrivedMs >= readyMs ? 200 : 503).end();
    return;
  }
  const told = { beganMs: performance.timeOrigin, readyMs, arrivedMs };
  request.resume().on('end', () => response.end(JSON.stringify(told)));
}).listen(Number(port), '127.0.0.1');
setTimeout(() => (readyMs = wallMs()), Number(loadMs));
process.on('SIGTERM', () => process.exit(0));
