// A person's own account: a new password, a second factor with its codes, and its end.
import { createHmac } from "node:crypto";
import { expect, story } from "../story.ts";

/** The code that an authenticator app shows (RFC 6238), so many half minutes from now. */
function totp(secret: string, later = 0): string {
  const bits = [...secret.replaceAll(" ", "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

story("somebody changes their password, sets up a second factor, signs in with it and removes it", async ({ anna }) => {
  story.setTimeout(120_000);
  await anna.signIn();
  await anna.press("nav-account");
  await expect(anna.at("factor-state")).toHaveAttribute("data-state", "off");

  // A wrong password, two that differ, and the right one.
  const fill = async (current: string, fresh: string, again = fresh) => {
    await anna.at("password-current").fill(current);
    await anna.at("password-fresh").fill(fresh);
    await anna.at("password-again").fill(again);
    await anna.press("password-set");
  };
  anna.expects(/status of 40[013]/);
  await fill("anna-password", "seven quiet lanterns", "seven quiet lantern");
  await expect(anna.at("password-set-fault")).not.toBeEmpty();
  await fill("a guess", "seven quiet lanterns");
  await expect(anna.at("password-set-fault")).not.toBeEmpty();
  await anna.look("account-refused");
  await fill("anna-password", "seven quiet lanterns");
  await expect(anna.at("password-told")).not.toBeEmpty();
  await expect(anna.at("password-current")).toHaveValue("");

  // The secret, as a picture and as text; a code confirms it.
  await anna.press("factor-begin-open");
  await anna.at("factor-password").fill("seven quiet lanterns");
  await anna.press("factor-begin");
  await expect(anna.at("qr")).toBeVisible();
  const secret = (await anna.at("factor-secret").textContent()) ?? "";
  await anna.look("account-secret");
  await anna.lookNarrow("account-secret", "console");
  await anna.at("factor-code").fill("000000");
  await anna.press("factor-confirm");
  await expect(anna.at("factor-confirm-fault")).not.toBeEmpty();
  await anna.at("factor-code").fill(totp(secret, -1));
  await anna.press("factor-confirm");
  await expect(anna.at("recovery-codes").locator("li")).toHaveCount(10);
  const recovery = (await anna.at("recovery-codes").locator("li").first().textContent()) ?? "";
  await anna.look("account-codes");
  await anna.press("codes-kept");
  await expect(anna.at("factor-state")).toHaveAttribute("data-state", "on");
  await expect(anna.at("recovery-codes")).toHaveCount(0);

  // It is asked for.
  await anna.press("sign-out");
  await anna.signIn("seven quiet lanterns");
  await anna.at("code").fill(totp(secret));
  await anna.press("sign-in");
  await expect(anna.at("sign-out")).toBeVisible();

  // It ends with password and code, a recovery code too.
  await anna.press("nav-account");
  await anna.press("factor-remove-open");
  await anna.at("factor-password").fill("seven quiet lanterns");
  await anna.at("factor-code").fill("123456");
  await anna.press("factor-remove");
  await expect(anna.at("factor-remove-fault")).not.toBeEmpty();
  await anna.look("account-remove");
  await anna.at("factor-code").fill(recovery);
  await anna.press("factor-remove");
  await expect(anna.at("factor-state")).toHaveAttribute("data-state", "off");
  await anna.press("sign-out");
  await anna.signIn("seven quiet lanterns");
  await expect(anna.at("sign-out")).toBeVisible();
});
