/** Bodies of JSON as routes declare them. */
import type { z } from './zod.ts';

/** A body of JSON, of an answer or a request. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The part of a request that says it must have this body. */
export function jsonBody<T extends z.ZodType>(schema: T, description: string) {
  return { body: { required: true as const, ...json(schema, description) } };
}
