import { useEffect, useState } from 'react';

/** In milliseconds: countdowns show seconds. */
const TICK_MS = 1_000;

/** The time, every second anew, for ages and countdowns. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(new Date());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
