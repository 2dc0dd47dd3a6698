/** Who is at this window, and what they may do here: asked once, and again when the host was away. */
import { useQuery } from '@tanstack/react-query';
import type { Permission } from '../shared/api/permission.ts';
import { rolesWith } from '../shared/api/permission.ts';
import type { Me } from '../shared/api/routes.ts';
import { api, queries } from './api.ts';
import { keepCsrf } from './csrf.ts';
import { DENIED } from './words/sign-in.ts';

const KEY = ['me'];

/** Asks the host. Rejects with ApiError, NOT_SIGNED_IN where nobody is. */
export async function askMe(): Promise<Me> {
  const me = await api.person();
  keepCsrf(me.csrf);
  queries.setQueryData(KEY, me);
  return me;
}

function useMe(): Me | null {
  return useQuery({ queryKey: KEY, queryFn: askMe }).data ?? null;
}

/** Why the person may not do what takes this permission, in words; null when they may, or that is not known yet. */
export function useDenied(permission: Permission): string | null {
  const me = useMe();
  if (me === null || me.may.includes(permission)) return null;
  return DENIED.takes(rolesWith(permission), me.roles);
}
