/** The contract between the increment protocol and connectors: plan, read, bind, committed. */
package io.beamhouse.io.core.increment;
