/** Named facts in sections, as a preview lists them. */
import type { ReactNode } from 'react';

/** A titled part of a preview; `mark` stands beside the title. */
export function Section(props: {
  readonly title: string;
  readonly mark?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="preview-section">
      <h3 className="section-title preview-section-title">
        {props.title}
        {props.mark}
      </h3>
      {props.children}
    </section>
  );
}

/** A list of facts. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="fact-list">{children}</dl>;
}

/** What is called so, and what it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
