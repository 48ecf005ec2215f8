//! Names of markets (ISO 3166-1) as certificates print them; a code without a name here is printed as it is.

use kernel::{Bilingual, bi};

const NAMES: &str = "AE 阿联酋 United Arab Emirates;AR 阿根廷 Argentina;AT 奥地利 Austria;AU 澳大利亚 Australia;\
BD 孟加拉国 Bangladesh;BE 比利时 Belgium;BG 保加利亚 Bulgaria;BR 巴西 Brazil;BY 白俄罗斯 Belarus;CA 加拿大 Canada;\
CH 瑞士 Switzerland;CL 智利 Chile;CN 中国 China;CO 哥伦比亚 Colombia;CY 塞浦路斯 Cyprus;CZ 捷克 Czechia;\
DE 德国 Germany;DK 丹麦 Denmark;DZ 阿尔及利亚 Algeria;EC 厄瓜多尔 Ecuador;EE 爱沙尼亚 Estonia;EG 埃及 Egypt;\
ES 西班牙 Spain;ET 埃塞俄比亚 Ethiopia;FI 芬兰 Finland;FR 法国 France;GB 英国 United Kingdom;GH 加纳 Ghana;\
GR 希腊 Greece;HK 中国香港 Hong Kong, China;HR 克罗地亚 Croatia;HU 匈牙利 Hungary;ID 印度尼西亚 Indonesia;\
IE 爱尔兰 Ireland;IL 以色列 Israel;IN 印度 India;IQ 伊拉克 Iraq;IR 伊朗 Iran;IT 意大利 Italy;JO 约旦 Jordan;\
JP 日本 Japan;KE 肯尼亚 Kenya;KH 柬埔寨 Cambodia;KR 韩国 Republic of Korea;KW 科威特 Kuwait;KZ 哈萨克斯坦 Kazakhstan;\
LA 老挝 Laos;LK 斯里兰卡 Sri Lanka;LT 立陶宛 Lithuania;LU 卢森堡 Luxembourg;LV 拉脱维亚 Latvia;MA 摩洛哥 Morocco;\
MM 缅甸 Myanmar;MN 蒙古 Mongolia;MO 中国澳门 Macao, China;MT 马耳他 Malta;MX 墨西哥 Mexico;MY 马来西亚 Malaysia;\
NG 尼日利亚 Nigeria;NL 荷兰 Netherlands;NO 挪威 Norway;NP 尼泊尔 Nepal;NZ 新西兰 New Zealand;OM 阿曼 Oman;\
PA 巴拿马 Panama;PE 秘鲁 Peru;PH 菲律宾 Philippines;PK 巴基斯坦 Pakistan;PL 波兰 Poland;PT 葡萄牙 Portugal;\
QA 卡塔尔 Qatar;RO 罗马尼亚 Romania;RS 塞尔维亚 Serbia;RU 俄罗斯 Russian Federation;SA 沙特阿拉伯 Saudi Arabia;\
SE 瑞典 Sweden;SG 新加坡 Singapore;SI 斯洛文尼亚 Slovenia;SK 斯洛伐克 Slovakia;TH 泰国 Thailand;TN 突尼斯 Tunisia;\
TR 土耳其 Türkiye;TW 中国台湾 Taiwan, China;TZ 坦桑尼亚 Tanzania;UA 乌克兰 Ukraine;US 美国 United States of America;\
UY 乌拉圭 Uruguay;UZ 乌兹别克斯坦 Uzbekistan;VN 越南 Viet Nam;ZA 南非 South Africa";

/// The name of a country or region by its code.
pub(super) fn country(code: &str) -> Bilingual {
    let row = NAMES.split(';').filter_map(|r| r.trim().split_once(' ')).find(|r| r.0 == code);
    match row.and_then(|r| r.1.split_once(' ')) {
        Some((zh, en)) => bi(zh, en),
        None => bi(code, code),
    }
}
