/** The events of a session of the open archive. */
import type { SessionId } from '../../shared/api/session.ts';
import { api } from '../api.ts';
import { Segments } from './segments.ts';

/** Reads them through the host, where they are asked for. */
export function segmentsOf(id: SessionId): Segments {
  return new Segments(id, {
    list: async () => (await api.segments({ id })).items,
    around: (sequence) => api.segments({ id, around: sequence }),
    segment: (number) => api.segment({ id, number }),
    keyframe: (sequence, patience, signal) => api.keyframe({ id, sequence, patience }, { signal }),
  });
}
