/** "Structures proches": whom a nurse may telephone, and how far they are. It needs no network, and says how old it is. */

import { useEffect, useState } from "preact/hooks";
import type { NearStructure } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { date } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?nearest";
import { fallback } from "../shell.ts";
import { Telephone } from "../Telephone.tsx";
import { nearest } from "./list.ts";
import styles from "./nearest.css?later";

learn(french);

/** The button, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return NearestButton;
}

function NearestButton() {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button icon={icon.phone} data-testid="nearest" onClick={() => setOpen(true)}>
        {t("kiosk.nearest.button")}
      </Button>
      {open && (
        <Dialog
          title={t("kiosk.nearest.title")}
          onClose={close}
          data-testid="nearest-list"
          actions={
            <Button data-testid="nearest-close" onClick={close}>
              {t("kiosk.nearest.close")}
            </Button>
          }
        >
          <List />
        </Dialog>
      )}
    </>
  );
}

function List() {
  useEffect(() => void nearest.load(), []);
  const list = nearest.list.value;
  if (!list?.structures.length) return <None />;
  const posts = list.structures.filter(({ level }) => level === "post");
  const higher = list.structures.filter(({ level }) => level !== "post");
  return (
    <div class="nearest">
      <p class="soft">{t("kiosk.nearest.age", { date: date(list.at) })}</p>
      <Part title={t("kiosk.nearest.higher")} structures={higher} />
      <Part title={t("kiosk.nearest.posts")} structures={posts} />
    </div>
  );
}

/** What a tablet says that has never received a list: the one number that it knows. */
function None() {
  const { value: centre } = fallback;
  return (
    <div class="nearest" data-testid="nearest-none">
      <p>{t(centre ? "kiosk.nearest.none" : "kiosk.nearest.nobody")}</p>
      {centre && (
        <p>
          <strong>{centre.name}</strong> <Telephone number={centre.phone} />
        </p>
      )}
    </div>
  );
}

function Part({ title, structures }: { title: string; structures: NearStructure[] }) {
  if (!structures.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {structures.map(({ place, level, km }) => (
          <li key={place.id} data-testid="nearest-structure" data-level={level}>
            <span class="who">
              <strong>{place.name}</strong>
              <span class="soft">
                {t(`kiosk.nearest.level.${level}`)}
                {km !== null && ` · ${t("kiosk.nearest.km", { km: Math.max(1, Math.round(km)) })}`}
              </span>
            </span>
            <Telephone number={place.phone} />
          </li>
        ))}
      </ul>
    </>
  );
}
