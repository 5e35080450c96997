import { invalidRequest } from './api.error.js';
import { embed, similarity, toBase64 } from './demo-vectors.js';
import { Exchange } from './exchange.js';
import { countOf, textsOf } from './json-body.js';

/** POST `/v1/embeddings`, in OpenAI's format. */
export async function embeddingEndpoint(exchange: Exchange): Promise<void> {
  const { body } = exchange;
  const texts = inputTexts(body['input'] ?? body['content']);
  const tokens = await exchange.read(texts);
  const size = countOf(body, 'dimensions') || exchange.house.options.embeddingSize;
  const asBase64 = body['encoding_format'] === 'base64';
  const data = texts.map((text, index) => {
    const vector = embed(text, size);
    return { object: 'embedding', index, embedding: asBase64 ? toBase64(vector) : vector };
  });
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  exchange.json({ model: exchange.model, object: 'list', usage, data });
}

/** POST `/v1/rerank`, in Jina's format: the documents ordered by likeness to the query. */
export async function rerankEndpoint(exchange: Exchange): Promise<void> {
  const { body } = exchange;
  const [query] = textsOf(body['query']);
  const documents = textsOf(body['documents']);
  if (query === undefined || documents.length === 0) {
    throw invalidRequest('"query" must be a text and "documents" a list of texts');
  }
  const tokens = await exchange.read(documents.map((document) => `${query}\n${document}`));
  const size = exchange.house.options.embeddingSize;
  const wanted = embed(query, size);
  const results = documents
    .map((document, index) => ({
      index,
      relevance_score: similarity(wanted, embed(document, size)),
      ...(body['return_documents'] === true ? { document: { text: document } } : {}),
    }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, countOf(body, 'top_n') ?? documents.length);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  exchange.json({ model: exchange.model, object: 'list', usage, results });
}

/** Texts, or token ids written out so that equal input gives equal vectors. */
function inputTexts(input: unknown): string[] {
  const texts = textsOf(input);
  if (texts.length > 0) return texts;
  if (!Array.isArray(input) || input.length === 0) {
    throw invalidRequest('"input" must be a text or a list of texts');
  }
  const lists: unknown[] = typeof input[0] === 'number' ? [input] : input;
  return lists.map((list) => {
    if (Array.isArray(list) && list.every((id) => typeof id === 'number')) return list.join(' ');
    throw invalidRequest('"input" must hold texts or lists of token ids');
  });
}
