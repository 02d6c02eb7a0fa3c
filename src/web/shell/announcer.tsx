import { useEffect, useRef, useState, type ReactNode } from 'react';

import { changedParts, GATHERED_MS, messageOf, type AnnouncedPart } from '../model/announcements.ts';

interface AnnouncerProps {
  /** All of which changes are told; what is there at first is not. */
  readonly parts: readonly AnnouncedPart[];
}

/** Tells changes to those who do not see them. */
export function Announcer({ parts }: AnnouncerProps): ReactNode {
  const [urgent, setUrgent] = useState('');
  const [message, setMessage] = useState('');
  const known = useRef<ReadonlyMap<string, string>>(undefined);
  const gathered = useRef<AnnouncedPart[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    const before = known.current;
    known.current = new Map(parts.map(({ id, text }) => [id, text]));
    if (before === undefined) return;
    const changes = changedParts(before, parts);
    const atOnce = changes.filter(({ isUrgent }) => isUrgent);
    if (atOnce.length > 0) setUrgent(messageOf(atOnce));
    gathered.current.push(...changes.filter(({ isUrgent }) => !isUrgent));
    if (gathered.current.length === 0) return;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setMessage(messageOf(gathered.current.splice(0)));
    }, GATHERED_MS);
  }, [parts]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <>
      <div className="unseen" aria-live="polite">
        {message}
      </div>
      <div className="unseen" aria-live="assertive">
        {urgent}
      </div>
    </>
  );
}
