/** Names for the steps that outlive a process. */
package io.beamhouse.core.step;
