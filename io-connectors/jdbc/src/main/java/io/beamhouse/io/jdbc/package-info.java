/** Databases by JDBC: tables, the changes since the last run, and writes that may be repeated. */
package io.beamhouse.io.jdbc;
