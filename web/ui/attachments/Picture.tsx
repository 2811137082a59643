/** A picture of the server: it is fetched when it is shown, and a press shows it as large as it is. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { Banner } from "../Banner.tsx";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { t } from "../i18n.ts";
import { Progress } from "../PhotoView.tsx";
import { useFetched, type Wanted } from "./fetched.ts";

interface PictureProps {
  client: Client;
  path: string;
  file: Wanted & { width: number; height: number };
  /** What it is, for those who do not see it. */
  label: string;
}

export function Picture({ client, path, file, label }: PictureProps) {
  const [large, setLarge] = useState(false);
  const { bytes, share, fault, again } = useFetched(client, path, file);
  const url = useMemo(() => (bytes ? URL.createObjectURL(new Blob([bytes])) : null), [bytes]);
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  if (fault)
    return (
      <Banner tone="warn">
        {fault} <Button onClick={again}>{t("common.retry")}</Button>
      </Banner>
    );
  if (!url) return <Progress share={share} label={t("common.attach.loading", { n: Math.round(share * 100) })} />;
  return (
    <>
      <button type="button" class="picture" aria-label={t("common.attach.enlarge", { what: label })} data-testid="picture" onClick={() => setLarge(true)}>
        <img src={url} alt={label} width={file.width} height={file.height} />
      </button>
      {large && (
        <Dialog title={label} onClose={() => setLarge(false)} actions={<Button onClick={() => setLarge(false)}>{t("common.close")}</Button>} data-testid="picture-large">
          <div class="whole-picture" tabIndex={0}>
            <img src={url} alt={label} width={file.width} height={file.height} />
          </div>
        </Dialog>
      )}
    </>
  );
}
