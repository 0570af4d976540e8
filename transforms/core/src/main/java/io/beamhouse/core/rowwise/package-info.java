/** Steps that look at one row at a time, and how several of them run as one. */
package io.beamhouse.core.rowwise;
