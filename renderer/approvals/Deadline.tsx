/** A deadline that counts down. */
import { Timer } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import { APPROVALS } from '../words/approvals.ts';
import { SOON_MS, timeLeft } from './time-left.ts';

const { deadline: WORDS } = APPROVALS;

export function Deadline({ request }: { readonly request: ApprovalRow }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = request.deadline - now;
  return (
    <span
      className={left < SOON_MS ? 'mark tone-denied deadline' : 'mark tone-held deadline'}
      title={WORDS.refusedAt(new Date(request.deadline).toISOString())}
      data-testid="deadline"
    >
      <Timer size={12} aria-label={WORDS.left} />
      {timeLeft(left)}
    </span>
  );
}
