/** Delta tables read and written from Beam without Spark SQL. */
package io.beamhouse.io.delta;
