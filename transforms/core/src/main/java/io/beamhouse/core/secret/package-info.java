/** References to secrets; secrets themselves are never held. */
package io.beamhouse.core.secret;
