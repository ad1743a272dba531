/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Regular expressions as core asks for them: FHIR leaves the flavour open, and the files use what
 * POSIX lacks, so that a library outside core does the work. */

enum regex_result {
    REGEX_DIFFERS,
    REGEX_MATCHES, /* the whole text, not a part of it */
    REGEX_UNKNOWN, /* no expression that can be read: nobody is blamed */
    REGEX_GAVE_UP, /* it takes too long to find out: the text cannot be taken for one that matches
                    */
};

struct regex_ops {
    /* Both are UTF-8, NUL-terminated, borrowed. Must return soon, whatever they are. */
    enum regex_result (*match)(void *arg, const char *pattern, const char *text);
    void *arg;
};
