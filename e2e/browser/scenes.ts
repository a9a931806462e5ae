// What several stories begin with.
import { expect } from "@playwright/test";
import type { Desk } from "./desk.ts";
import type { Customer, House } from "./lab.ts";

/** They hear each other. */
export async function talk(desk: Desk, customer: Customer): Promise<void> {
  await Promise.all([desk.hears(customer.tone), customer.hears(desk.tone)]);
}

/** From the first page to a conversation with a customer, which has its ticket. */
export async function inCall(desk: Desk, house: House): Promise<Customer> {
  await desk.ready();
  const customer = await house.customerCalls();
  await desk.rings();
  await desk.answer();
  await talk(desk, customer);
  await expect(desk.at("call-ticket")).toBeVisible();
  return customer;
}
