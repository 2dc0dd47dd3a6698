/** Which of a team's stores this window shows, for who sees several. */
import { Check } from 'lucide-react';
import { useStores } from './me.ts';
import { chooseStore } from './person.ts';
import { Button } from './ui/Button.tsx';
import { STORES } from './words/sign-in.ts';

const ICON = 14;

export function StoreChoice({ attempt }: { readonly attempt: (act: () => Promise<void>) => () => void }) {
  const stores = useStores();
  if (stores.length < 2) return null;
  return (
    <div className="store-choice" role="group" aria-label={STORES.title}>
      <p className="cell-quiet">{STORES.title}</p>
      {stores.map(({ name, chosen }) => (
        <Button
          key={name}
          pressed={chosen}
          onClick={attempt(() => (chosen ? Promise.resolve() : chooseStore(name)))}
        >
          <span className="store-mark" aria-hidden>
            {chosen ? <Check size={ICON} /> : null}
          </span>
          <span className="ellipsis">{name}</span>
        </Button>
      ))}
    </div>
  );
}
