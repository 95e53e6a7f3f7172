import { useEffect, useState } from 'react';
import { type Offline, readOffline } from './offline.ts';

/** Between looks, in milliseconds: a newer version may come while the panel is open. */
const LOOK_MS = 2000;

/** Whether the page opens without a network, in one line. */
export function OfflineLine() {
  const [offline, setOffline] = useState<Offline | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let here = true;
    const look = async () => {
      const found = await readOffline();
      if (!here) return;
      setOffline(found);
      timer = setTimeout(look, LOOK_MS);
    };
    void look();
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, []);
  return (
    <p className="small" data-testid="offline">
      <strong>Offline:</strong> {offline?.text ?? 'looking'}
    </p>
  );
}
