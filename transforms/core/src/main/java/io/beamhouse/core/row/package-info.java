/** Row types, schemas as JSON and the shape of quarantined rows. */
package io.beamhouse.core.row;
