/** Routes of the case: notes, findings, reviews, and the log of what investigators did. Declared here, listed in routes.ts. */
import { Annotation, AnnotationChange, EntryId, NewAnnotation } from '../findings/annotation.ts';
import { ACTS, CaseInfo, LogEntry, Merged } from '../findings/case.ts';
import { EvidenceChange, Finding, FindingChange, NewEvidence, NewFinding } from '../findings/finding.ts';
import { NewReview, Review } from '../findings/review.ts';
import { ErrorBody } from './error.ts';
import { json, jsonBody } from './json.ts';
import { Limit, pageOf } from './page.ts';
import { SessionId } from './session.ts';
import { createRoute, z } from './zod.ts';

const errors = {
  400: json(ErrorBody, 'the request is wrong'),
  401: json(ErrorBody, 'not signed in'),
  404: json(ErrorBody, 'no such thing'),
  409: json(ErrorBody, 'it changed meanwhile'),
  422: json(ErrorBody, 'the archive or the case cannot be read'),
} as const;

const Id = z.object({ id: EntryId });

/** The open case. */
export const caseInfo = createRoute({
  method: 'get',
  path: '/api/case',
  responses: { 200: json(CaseInfo, 'the case'), ...errors },
});

/** Notes of one session, or of all; removed ones too. */
export const annotations = createRoute({
  method: 'get',
  path: '/api/case/annotations',
  request: { query: z.object({ session: SessionId.optional() }) },
  responses: { 200: json(z.object({ items: z.array(Annotation) }), 'notes, oldest first'), ...errors },
});

export const annotate = createRoute({
  method: 'post',
  path: '/api/case/annotations',
  request: jsonBody(NewAnnotation, 'the note'),
  responses: { 200: json(Annotation, 'as it stands'), ...errors },
});

export const changeAnnotation = createRoute({
  method: 'post',
  path: '/api/case/annotations/{id}',
  request: { params: Id, ...jsonBody(AnnotationChange, 'what changes') },
  responses: { 200: json(Annotation, 'as it stands'), ...errors },
});

export const findings = createRoute({
  method: 'get',
  path: '/api/case/findings',
  responses: { 200: json(z.object({ items: z.array(Finding) }), 'findings by number'), ...errors },
});

export const finding = createRoute({
  method: 'get',
  path: '/api/case/findings/{id}',
  request: { params: Id },
  responses: { 200: json(Finding, 'one finding'), ...errors },
});

export const makeFinding = createRoute({
  method: 'post',
  path: '/api/case/findings',
  request: jsonBody(NewFinding, 'the finding'),
  responses: { 200: json(Finding, 'as it stands'), ...errors },
});

export const changeFinding = createRoute({
  method: 'post',
  path: '/api/case/findings/{id}',
  request: { params: Id, ...jsonBody(FindingChange, 'what changes') },
  responses: { 200: json(Finding, 'as it stands'), ...errors },
});

export const addEvidence = createRoute({
  method: 'post',
  path: '/api/case/findings/{id}/evidence',
  request: { params: Id, ...jsonBody(NewEvidence, 'frames') },
  responses: { 200: json(Finding, 'as it stands'), ...errors },
});

export const changeEvidence = createRoute({
  method: 'post',
  path: '/api/case/findings/{id}/evidence/{evidence}',
  request: { params: Id.extend({ evidence: EntryId }), ...jsonBody(EvidenceChange, 'what changes') },
  responses: { 200: json(Finding, 'as it stands'), ...errors },
});

/** The latest word on each session that has one: the queue is those that say `to-review`. */
export const reviews = createRoute({
  method: 'get',
  path: '/api/case/reviews',
  responses: { 200: json(z.object({ items: z.array(Review) }), 'newest first'), ...errors },
});

export const review = createRoute({
  method: 'post',
  path: '/api/case/reviews',
  request: jsonBody(NewReview, 'the word, on each of the sessions'),
  responses: { 200: json(z.object({ items: z.array(Review) }), 'as they stand'), ...errors },
});

export const caseLog = createRoute({
  method: 'get',
  path: '/api/case/log',
  request: { query: z.object({ after: z.string().max(200).optional(), limit: Limit }) },
  responses: { 200: json(pageOf(LogEntry), 'newest first'), ...errors },
});

/** What the window alone knows was done, such as a value that was looked at in full. Searches, openings and exports the host notes itself. */
export const noteAct = createRoute({
  method: 'post',
  path: '/api/case/acts',
  request: jsonBody(
    z.object({ act: z.enum(ACTS), session: SessionId.optional(), what: z.string().max(1000) }),
    'the act',
  ),
  responses: { 200: json(z.object({}), 'noted'), ...errors },
});

/** The case as a file of its own, for a colleague. */
export const exportCase = createRoute({
  method: 'get',
  path: '/api/case/file',
  responses: {
    200: { description: 'the case', content: { 'application/octet-stream': { schema: z.any() } } },
    ...errors,
  },
});

/** Takes in a colleague’s case: the file as base64. */
export const mergeCase = createRoute({
  method: 'post',
  path: '/api/case/merge',
  request: jsonBody(
    z.object({
      file: z.string().max(64 * 1024 * 1024),
      job: z.string().max(40).optional().describe('a word under which the live stream tells how far it is'),
    }),
    'the file, base64',
  ),
  responses: { 200: json(Merged, 'what came in'), ...errors },
});
