/** Small files of a Delta table put together. */
package io.beamhouse.io.delta.compact;
