/** Where an archive holds nothing: the ways on. */
import { GATEWAY, goTo } from './router.ts';
import { Button } from './ui/Button.tsx';
import { START } from './words/start.ts';

export function BeginElsewhere() {
  return (
    <p className="note-ways">
      <Button onClick={() => goTo(GATEWAY)}>{START.gatewayShow}</Button>{' '}
      <Button onClick={() => goTo({ name: 'start' })}>{START.elsewhere}</Button>
    </p>
  );
}
