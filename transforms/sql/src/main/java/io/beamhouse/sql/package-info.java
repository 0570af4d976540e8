/** SQL over rows, by Beam SQL: whole queries, and the expressions of other steps. */
package io.beamhouse.sql;
