import { JsonSchema } from './documented.decorator.js';

/**
 * Collects the schemas that have a title and puts a reference in the place of each, so that every
 * one stands in the document once.
 */
export class ComponentList {
  readonly schemas: Record<string, JsonSchema> = {};
  private readonly taken = new Map<string, JsonSchema>();

  /**
   * The schema with references to the list in the place of its named parts.
   *
   * @throws Error when two schemas have the same title
   */
  refer(schema: JsonSchema): JsonSchema {
    const { title } = schema;
    if (typeof title !== 'string') return this.inside(schema);
    const known = this.taken.get(title);
    if (known && known !== schema) throw new Error(`two schemas are called ${title}`);
    if (!known) {
      this.taken.set(title, schema);
      this.schemas[title] = this.inside(schema);
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  private inside(schema: JsonSchema): JsonSchema {
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, this.value(key, value)]),
    );
  }

  private value(key: string, value: unknown): unknown {
    // Examples are values, whatever they look like.
    if (key === 'examples') return value;
    if (Array.isArray(value)) return value.map((item) => this.value('', item));
    if (typeof value !== 'object' || value === null) return value;
    if (key !== 'properties') return this.refer(value as JsonSchema);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, this.refer(member as JsonSchema)]),
    );
  }
}
