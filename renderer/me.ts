/** Who is at this window, and what they may do here: asked once, and again when the host was away. */
import { useQuery } from '@tanstack/react-query';
import { type Permission, rolesWith } from '../shared/api/permission.ts';
import type { Me } from '../shared/api/routes.ts';
import { api, queries } from './api.ts';
import { keepCsrf } from './csrf.ts';
import { DENIED } from './words/sign-in.ts';

const KEY = ['me'];

/** Asks the host. Rejects with ApiError, NOT_SIGNED_IN where nobody is. */
export async function askMe(): Promise<Me> {
  const me = await api.person();
  const before = queries.getQueryData<Me>(KEY);
  // Somebody else has signed in to the team server from another window of this browser: nothing stays of what this one showed.
  if (me.csrf !== null && before !== undefined && before.person?.subject !== me.person?.subject)
    window.location.reload();
  keepCsrf(me.csrf);
  queries.setQueryData(KEY, me);
  return me;
}

function useMe(): Me | null {
  return useQuery({ queryKey: KEY, queryFn: askMe }).data ?? null;
}

/** The stores of a team that the person sees; none where the host shows one archive. */
export function useStores(): Me['stores'] {
  return useMe()?.stores ?? [];
}

/** Why the person may not do what takes this permission, in words; null when they may, or that is not known yet. */
export function useDenied(permission: Permission): string | null {
  const me = useMe();
  if (me === null || me.may.includes(permission)) return null;
  return DENIED.takes(rolesWith(permission), me.roles);
}
