/** The doctor's notes, and whether they are saved. */

import { useEffect, useMemo } from "preact/hooks";
import { type Client, Notebook, pageClock } from "../client/index.ts";
import type { ConsultationId, Note } from "../protocol/messages.ts";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";

interface NotesProps {
  client: Client;
  id: ConsultationId;
  /** The note that the server had when we entered; null if there was none. */
  note: Note | null;
}

export function Notes({ client, id, note }: NotesProps) {
  const book = useMemo(() => new Notebook(id, note, client.outbox, client.drafts, pageClock), [id]);
  useEffect(() => {
    const flush = () => book.flush();
    document.addEventListener("visibilitychange", flush);
    return () => {
      document.removeEventListener("visibilitychange", flush);
      flush();
    };
  }, [book]);
  const state = book.state.value;
  return (
    <section class="notes">
      <Field
        label={t("doctor.notes")}
        hint={t("doctor.notes_hint")}
        value={book.text.value}
        onValue={(text) => book.type(text)}
        rows={4}
        maxLength={12_000}
        data-testid="note"
      />
      <p class={`small note-state ${state}`} role="status" data-testid="note-state" data-state={state}>
        {book.text.value && t(`doctor.note.${state}`)}
      </p>
    </section>
  );
}
