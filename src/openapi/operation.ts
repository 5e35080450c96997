import { ComponentList } from './component-list.js';
import { JsonSchema, RouteDocument } from './documented.decorator.js';
import { refusalsOf } from './refusals.js';
import { TEXT } from './schemas.js';
import { ScannedRoute } from './route.scanner.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Tags of routes that the models' servers answer. */
const OF_MODELS: ReadonlySet<string> = new Set(['Inference', 'Passthrough']);

/** The body of every refusal. */
export const ERROR_CONTENT = content('application/json', { $ref: '#/components/schemas/Error' });

/** An operation object (OpenAPI 3.1.1, 4.8.10). */
export function operation(route: ScannedRoute, components: ComponentList): JsonObject {
  const { path, method, tag, isPublic, scope, document } = route;
  const { summary, description, body, isBodyOptional = false } = document;
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, ''),
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    ...(isPublic ? { security: [] } : { 'x-drover-right': scope }),
    parameters: parameters(path, document),
    ...(body
      ? {
          requestBody: {
            required: !isBodyOptional,
            content: content(document.bodyMediaType ?? 'application/json', components.refer(body)),
          },
        }
      : {}),
    responses: responses(route, components),
  };
}

function parameters(path: string, { query = {} }: RouteDocument): JsonObject[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } };
  });
  const inQuery = Object.entries(query).map(([name, parameter]) => {
    const {
      description,
      schema,
      isRequired: required = false,
    } = typeof parameter === 'string' ? { description: parameter, schema: TEXT } : parameter;
    return { name, in: 'query', required, description, schema };
  });
  return [...inPath, ...inQuery];
}

function responses(route: ScannedRoute, components: ComponentList): JsonObject {
  const { document, path, isPublic, tag } = route;
  const { status = 200, answer, others = {} } = document;
  const more = Object.entries(others).map(([other, schema]) => {
    const body = content('application/json', components.refer(schema));
    return [other, { description: Number(other) < 400 ? 'Success.' : 'Refused.', content: body }];
  });
  const schema = answer && components.refer(answer);
  return {
    [status]: {
      description: status < 300 ? 'Success.' : 'Elsewhere.',
      ...(schema ? { content: content('application/json', schema) } : otherContent(document)),
    },
    ...refusalsOf({ path, isPublic, isForModels: OF_MODELS.has(tag) && status === 200 }),
    ...Object.fromEntries(more),
    default: { description: 'An error.', content: ERROR_CONTENT },
  };
}

function otherContent({ mediaType }: RouteDocument): JsonObject {
  if (mediaType === undefined) return {};
  const types = mediaType.split(', ').map((type) => [type, { schema: { type: 'string' } }]);
  return { content: Object.fromEntries(types) };
}

function content(mediaType: string, schema: JsonSchema): JsonObject {
  return { [mediaType]: { schema } };
}
