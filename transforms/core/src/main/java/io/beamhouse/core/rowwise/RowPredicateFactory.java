package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Makes predicates of SQL expressions; found by ServiceLoader, so that who only names an expression
 * need not know the module that understands it.
 */
@Evolving
public interface RowPredicateFactory {
  /**
   * Compiles {@code expression}; called when the pipeline is built, to check it, and on workers.
   *
   * @param expression a SQL boolean over the fields of {@code input}
   * @throws io.beamhouse.core.error.SpecException when it is none
   */
  RowPredicate compile(String expression, Schema input);
}
