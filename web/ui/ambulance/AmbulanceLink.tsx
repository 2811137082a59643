/** The link that brings the telephone of an ambulance into a call: it is made, shown once, and withdrawn. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, post, remove } from "../../client/signalling/session.ts";
import type { Referral } from "../../protocol/messages.ts";
import type { AmbulanceLinkView, MadeAmbulanceLink } from "../../protocol/referrals.ts";
import { Banner } from "../Banner.tsx";
import { Button } from "../Button.tsx";
import { errorTextOf, learn, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import french from "../texts/fr.json?ambulance";

learn(french);

interface LinkProps {
  of: Referral;
  /** Draws the address as a QR code, on a page that can. */
  qr?: (address: string) => ComponentChildren;
}

/** It is there only while a link can be made: the patient will travel, or travels. */
export function AmbulanceLink(props: LinkProps) {
  return props.of.state === "accepted" || props.of.state === "en_route" ? <Link {...props} /> : null;
}

function Link({ of: { order }, qr }: LinkProps) {
  const path = `/api/consultations/${order.consultation}/referrals/${order.referral}/ambulance`;
  const [view, setView] = useState<AmbulanceLinkView | null>(null);
  const [made, setMade] = useState<MadeAmbulanceLink | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async (what: () => Promise<void>) => {
    setBusy(true);
    setFault(null);
    await what().catch(setFault);
    setBusy(false);
  };
  useEffect(() => void get<AmbulanceLinkView>(path).then(setView, () => undefined), [path]);
  const make = () =>
    run(async () => {
      setMade(await post<MadeAmbulanceLink>(path, {}));
      setView({ stands: true, opened: false });
    });
  const withdraw = () =>
    run(async () => {
      await remove(path);
      setMade(null);
      setView({ stands: false, opened: false });
    });
  return (
    <section class="amb-link" data-testid="amb-link">
      {made && <Made made={made} qr={qr} />}
      {view?.stands && !made && <p class="small">{t(view.opened ? "common.ambulance.opened" : "common.ambulance.stands")}</p>}
      {fault !== null && (
        <Banner tone="warn" icon={icon.alert} data-testid="amb-link-fault">
          {errorTextOf(fault)}
        </Banner>
      )}
      <div class="actions">
        <Button icon={icon.people} disabled={busy} data-testid="amb-make" onClick={() => void make()}>
          {t(view?.stands ? "common.ambulance.again" : "common.ambulance.make")}
        </Button>
        {view?.stands && (
          <Button icon={icon.close} disabled={busy} data-testid="amb-withdraw" onClick={() => void withdraw()}>
            {t("common.ambulance.withdraw")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** The link, while this screen shows it: the server keeps only its hash. */
function Made({ made: { secret, code }, qr }: { made: MadeAmbulanceLink; qr: LinkProps["qr"] }) {
  return (
    <Banner icon={icon.phone} data-testid="amb-made">
      <p>{t("common.ambulance.how")}</p>
      {qr?.(`HTTPS://${location.host.toUpperCase()}/ambulance#${secret}`)}
      <p>
        {t("common.ambulance.address", { host: location.host })} <strong class="digits" data-testid="amb-link-code">{code}</strong>
      </p>
      <p class="small">{t("common.ambulance.once")}</p>
    </Banner>
  );
}
