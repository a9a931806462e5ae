// Signing in by an OpenID Connect provider, a real one on this machine: set up by an administrator's clicks, used by an agent.
import { Desk } from "../desk.ts";
import { expect, story } from "../story.ts";

story(
  "an administrator sets up a provider, an agent signs in by it, and a stranger is told why not",
  async ({ annasBrowser, bensBrowser, house }) => {
    story.setTimeout(120_000); // three people, and much is looked at
    const made = await house.provider("keycloak");
    const root = await Desk.open(annasBrowser, house, "root", 0, undefined, "/admin/identity-providers");
    await root.signIn();
    await root.press("make");
    await root.at("identity-providers-id").fill("keycloak");
    await root.at("identity-providers-issuer").fill(`${made.issuer}/realm`);
    await root.at("identity-providers-client_id").fill(made.client_id);
    await root.at("identity-providers-client_secret").fill(made.client_secret);
    await root.at("identity-providers-name").fill("Example <i>Corp</i>");
    await root.at("identity-providers-claim").fill("preferred_username");
    root.expects(/status of 503/);
    await root.press("identity-providers-save");
    await expect(root.at("identity-providers-issuer-fault")).toContainText("404");
    await root.look("admin-provider-away");
    await root.at("identity-providers-issuer").fill(made.issuer);
    await root.press("identity-providers-save");
    await expect(root.at("admin-title")).toHaveText("Example <i>Corp</i>");
    await expect(root.at("identity-providers-client_secret")).toHaveValue("");
    await root.look("admin-provider");

    // The agent's way in, to the page that she wanted.
    const anna = await Desk.open(bensBrowser, house, "anna", 0, undefined, "/calls?direction=inbound");
    await expect(anna.at("sign-in-keycloak")).toHaveText("Sign in with Example <i>Corp</i>");
    await anna.look("sign-in-provider");
    await anna.lookNarrow("sign-in-provider");
    anna.expects(/status of 403/);
    const at = async (who: string) => {
      await anna.press("sign-in-keycloak");
      await anna.page.getByRole("link", { name: who }).click();
    };
    await at("mallory");
    await expect(anna.at("fault")).toContainText("Nobody here has your login at the provider; ask your administrator");
    await anna.look("sign-in-refused");
    await at("Nobody");
    await expect(anna.at("fault")).toContainText("The provider did not let you in");
    await expect(anna.page).toHaveURL(`${house.url}/`);
    await anna.goesTo("/calls?direction=inbound");
    await at("anna");
    await expect(anna.at("sign-out")).toBeVisible();
    await expect(anna.page).toHaveURL(`${house.url}/calls?direction=inbound`);
    await anna.ctiLogin();
    expect(await anna.page.evaluate(() => [document.cookie, sessionStorage.length])).toEqual(["", 0]);
    await anna.reload();
    await expect(anna.at("sign-out")).toBeVisible();

    // An answer that was used, as from the history of the browser, says so and shows nothing of what stands in it.
    const thief = await Desk.open(
      annasBrowser,
      house,
      "thief",
      0,
      undefined,
      "/sign-in/keycloak?state=x&code=y&error_description=<b>gone</b>",
    );
    thief.expects(/status of 403/);
    await expect(thief.at("fault")).toContainText("sign in again");
    await expect(thief.page).toHaveURL(`${house.url}/`);

    // The administrator sees the account, and unlinks it: the agent is out.
    await root.press("admin-people");
    await root.press("open-anna");
    await expect(root.at("identities")).toContainText("s-anna");
    await root.look("admin-identities");
    await root.lookNarrow("admin-identities", "console");
    await root.press("unlink-s-anna");
    await root.press("unlink-s-anna-confirm");
    await expect(root.at("identities")).toHaveCount(0);
    anna.expects(/status of 401/);
    await expect(anna.at("sign-in")).toBeVisible();
    for (const desk of [root, anna, thief]) {
      expect(await desk.complaints()).toEqual([]);
      await desk.context.close();
    }
  },
);
