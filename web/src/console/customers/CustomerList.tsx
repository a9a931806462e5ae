import { useLanguage, useWords } from "../../views/language";
import { console as consoleWords } from "../../words/console";
import { customers } from "../../words/customers";
import { day, plain } from "../../words/format";
import { FilterForm } from "../FilterForm";
import { Link } from "../Link";
import { Rows } from "../Rows";
import { type Filter, href } from "../route";
import type { PartProps } from "../sections";
import { usePages } from "../usePages";
import { ViewTitle } from "../ViewTitle";
import { type Customer, listCustomers } from "./records";

type Props = Pick<PartProps, "console"> & { filter: Filter<"customers"> };

/** The customers of whom one may open a ticket, the newest first. */
export function CustomerList({ filter, console: model }: Props) {
  const { sections } = useWords(consoleWords);
  const w = useWords(customers);
  const pages = usePages(href({ at: "customers", filter }), (after) => listCustomers(model.api, filter, after));
  return (
    <>
      <ViewTitle>{sections.customers}</ViewTitle>
      <FilterForm
        filter={filter}
        show={(chosen) => model.navigation.go({ at: "customers", filter: chosen })}
        fields={[{ name: "search", label: w.search, kind: "text" }]}
      />
      <Rows pages={pages} none={w.none} testid="customers" row={(item) => <CustomerRow customer={item} />} />
    </>
  );
}

function CustomerRow({ customer: { id, name, number, created } }: { customer: Customer }) {
  const language = useLanguage();
  const w = useWords(customers);
  return (
    <div className="row" data-testid={`customer-row-${number}`}>
      <span className="row-head">
        <Link to={{ at: "customer", customer: id }}>
          <bdi>{plain(name) || plain(number)}</bdi>
        </Link>
        {plain(name) !== "" && <bdi>{plain(number)}</bdi>}
      </span>
      <span className="row-facts">
        {w.since} <time dateTime={created}>{day(language, created)}</time>
      </span>
    </div>
  );
}
