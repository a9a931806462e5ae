import { cut } from "../desk.ts";
import { expect, story } from "../story.ts";

story(
  "a newcomer starts the demo, takes a demo call, hears the customer, and kills the controller in mid-call",
  async ({ demo, newcomer }) => {
    newcomer.expects(cut);
    await newcomer.ready(demo.password("anna"));
    await newcomer.look("demo");
    await newcomer.at("demo-call").click();
    await newcomer.rings();
    await expect(newcomer.at("caller-name")).toHaveText("Demo Customer");
    await newcomer.answer();
    await newcomer.hearsSomebody();
    await expect(newcomer.at("call-ticket")).toBeVisible();

    await demo.killController();
    await newcomer.feedIs("stale");
    await newcomer.hearsSomebody();
    await newcomer.feedIs("live", 15_000);
    await newcomer.callIs("talking");
    await newcomer.hearsSomebody();
    await newcomer.hangUp();
    await newcomer.shows("business", "ticket_processing");
  },
);
