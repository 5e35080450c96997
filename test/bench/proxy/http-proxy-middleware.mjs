import { Agent, createServer } from 'node:http';
import { createProxyMiddleware } from 'http-proxy-middleware';

const proxy = createProxyMiddleware({
  target: process.argv[2],
  agent: new Agent({ keepAlive: true }),
  changeOrigin: false,
});
const server = createServer((request, response) => void proxy(request, response));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
