/** Desktop notifications of requests that open while the window is not looked at. Asked for by a click, never before. */
import { useEffect, useState } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { onOpened } from '../inbox.ts';
import { goTo } from '../router.ts';
import { APPROVALS } from '../words/approvals.ts';

const { notification: WORDS } = APPROVALS;

const STORED = 'auditorium.notify';

interface Notifications {
  /** `refused` by the person or the system for good. */
  readonly state: 'on' | 'off' | 'refused' | 'unavailable';
  readonly toggle: () => void;
}

export function useNotifications(): Notifications {
  const [wanted, setWanted] = useState(() => window.localStorage.getItem(STORED) === 'on');
  const [permission, setPermission] = useState(() => permissionOf());
  useEffect(() => {
    window.localStorage.setItem(STORED, wanted ? 'on' : 'off');
  }, [wanted]);
  const toggle = (): void => {
    if (wanted && permission === 'granted') return setWanted(false);
    setWanted(true);
    void Notification.requestPermission().then(setPermission);
  };
  if (permission === null) return { state: 'unavailable', toggle };
  if (permission === 'denied') return { state: 'refused', toggle };
  return { state: wanted && permission === 'granted' ? 'on' : 'off', toggle };
}

/** Tells of each request that opens; once for the window, whatever place it shows. */
export function followWithNotifications(): () => void {
  return onOpened((request) => {
    const looked = document.visibilityState === 'visible' && document.hasFocus();
    if (looked || permissionOf() !== 'granted' || window.localStorage.getItem(STORED) !== 'on') return;
    const what = [request.verbs.join(', '), request.tables.join(', ')]
      .filter((part) => part !== '')
      .join(WORDS.on);
    const told = new Notification(WORDS.title(request.id), {
      body: visibleLine(`${request.asker.subject}: ${what || WORDS.statement} (${request.connection})`, 200),
      tag: `auditorium-${request.id}`,
    });
    told.addEventListener('click', () => {
      window.focus();
      goTo({ name: 'approvals', request: request.id });
    });
  });
}

function permissionOf(): NotificationPermission | null {
  return 'Notification' in window ? Notification.permission : null;
}
