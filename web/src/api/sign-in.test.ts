import { describe, expect, it } from "vitest";
import { arrivalOf } from "./sign-in";

const at = (address: string) => arrivalOf(new URL(address, "https://calls.example.com"));

describe("an arrival from a provider", () => {
  it("is what the provider added to the page's address", () => {
    expect(at("/sign-in/keycloak?state=s&code=c&iss=https%3A%2F%2Flogin.example.com&session_state=x")).toEqual({
      provider: "keycloak",
      answer: { state: "s", code: "c", iss: "https://login.example.com" },
    });
    expect(at("/sign-in/keycloak?state=s&error=access_denied&error_description=%3Cscript%3E")).toEqual({
      provider: "keycloak",
      answer: { state: "s", error: "access_denied" },
    });
  });

  it("without a state is one that the server refuses", () => {
    expect(at("/sign-in/keycloak")).toEqual({ provider: "keycloak", answer: { state: "none" } });
    expect(at("/sign-in/keycloak?state=&code=")).toEqual({ provider: "keycloak", answer: { state: "none", code: "" } });
  });

  it("is cut to what the contract allows", () => {
    const { answer } = at(`/sign-in/keycloak?state=${"s".repeat(999)}&code=${"c".repeat(9999)}`) ?? {};
    expect([answer?.state.length, answer?.code?.length]).toEqual([200, 4096]);
  });

  it.each([
    "/",
    "/sign-in",
    "/sign-in/",
    "/sign-in/UPPER",
    "/sign-in/a/b",
    "/tickets?state=s&code=c",
    "/sign-in/..%2fx",
  ])("%s is none", (address) => expect(at(address)).toBeNull());
});
