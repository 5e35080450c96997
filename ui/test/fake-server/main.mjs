// A fake Drover for working on the UI:
//   node ui/test/fake-server/main.mjs --scenario swap --port 8081
//   LLAMA_SWAP_URL=http://127.0.0.1:8081 npx vite ui
import { parseArgs } from 'node:util';
import { startFakeServer } from './fake-server.mjs';
import { SCENARIOS } from './scenarios.mjs';

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'idle' },
    port: { type: 'string', default: '8081' },
  },
});
if (!(values.scenario in SCENARIOS)) {
  console.error(`there is no scenario "${values.scenario}"; ${Object.keys(SCENARIOS).join(', ')}`);
  process.exit(1);
}
const { url } = await startFakeServer(values.scenario, Number(values.port));
console.log(`scenario ${values.scenario} on ${url.href}ui/`);
