/**
 * `npm run schema`: writes config/drover.schema.json and the tables of keys in
 * docs/configuration.md from the classes of options. Works on the built files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema, fillOptionTables } from '#lib/config';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

writeFileSync(
  path('config/drover.schema.json'),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);

const document = path('docs/configuration.md');
writeFileSync(document, fillOptionTables(readFileSync(document, 'utf8')));
