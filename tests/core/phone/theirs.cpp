/* SPDX-License-Identifier: Apache-2.0 */
/* What libphonenumber makes of each line of the input, read as somebody in Belgium would: the same
 * form as ours.c; "?" before a number that can be read and that nobody can have. */

#include <iostream>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static const char *kind_of(const PhoneNumberUtil &util, const PhoneNumber &number)
{
    if (number.country_code() != 32)
        return "foreign";
    switch (util.GetNumberType(number)) {
    case PhoneNumberUtil::FIXED_LINE:
        return "fixed";
    case PhoneNumberUtil::MOBILE:
        return "mobile";
    case PhoneNumberUtil::TOLL_FREE:
        return "free";
    case PhoneNumberUtil::SHARED_COST:
        return "shared";
    case PhoneNumberUtil::UAN:
        return "uan";
    case PhoneNumberUtil::PREMIUM_RATE:
        return "premium";
    default:
        return "other";
    }
}

int main()
{
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    std::string line, text;
    while (std::getline(std::cin, line)) {
        PhoneNumber number;
        if (util.Parse(line, "BE", &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
            std::cout << "-\n";
            continue;
        }
        util.Format(number, PhoneNumberUtil::E164, &text);
        std::cout << (util.IsValidNumber(number) ? "" : "?") << text << ' ' << kind_of(util, number)
                  << '\n';
    }
    return 0;
}
