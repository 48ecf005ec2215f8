## Frame
product-name = 国门
skip-to-content = 跳到正文
rooms = 导航
language = 语言
close = 关闭
you-are-here = 所在位置
sign-out = 退出
check-a-certificate = 证书核验
service-promises = 服务承诺
theme-system = 主题：随系统
theme-light = 主题：浅色
theme-dark = 主题：深色

## Finding and keys
find = 查找
find-hint = 报检号、批次、企业、人员、规则，或拼音首字母
find-type = 输入几个字，或拼音首字母。
find-none = 没有找到。换一个词，或只输入编号的后几位。
find-failed = 暂时无法查找，请稍后再试。
keys = 键盘操作
keys-find = 查找
keys-down = 下一行
keys-up = 上一行
keys-move = 上下移动
keys-open = 打开
keys-help = 显示本说明
keys-single = 启用单键操作（j、k、?）

## Acts
optional = 选填
save = 保存
send = 提交
cancel = 取消
edit = 修改
print = 打印
export = 导出
look-again = 刷新
working = 正在办理…
confirm-title = 请确认
confirm-yes = 确认
confirm-no = 返回
may-do = 现在可以办理
may-do-nothing = 目前没有可由您办理的事项。
may-not = 现在不能办理

## Lists
filters = 筛选条件
filter = 筛选
filter-remove = 去除此条件
filter-clear = 全部清除
filter-found = 共 { $n } 条
pager = 翻页
pager-of = 本页 { $shown } 条，共 { $total } 条
pager-shown = 本页 { $shown } 条
pager-first = 首页
pager-previous = 上一页
pager-next = 下一页
pager-end = 已到末页
progress-rejected = 退回 { $n } 条
progress-finished = 已完成

## Words for what is not there
no-data = 无数据
figure-insufficient = 数据不足
figure-n = n = { $n }
figure-need = n = { $n }，至少需 { $need }
figure-told = 数值 { $value }，同组 { $peers } 个单位
figure-told-none = 无数值，同组 { $peers } 个单位
legend-value = 本单位
legend-interval = 95 % 置信区间
legend-peers = 同组单位
legend-baseline = 本单位基期

## Clocks
clock-left-working-days = 剩 { $n } 个工作日
clock-left-days = 剩 { $n } 天
clock-left-hours = 剩 { $n } 小时
clock-left-minutes = 剩 { $n } 分钟
clock-over-working-days = 超期 { $n } 个工作日
clock-over-days = 超期 { $n } 天
clock-over-hours = 超时 { $n } 小时
clock-over-minutes = 超时 { $n } 分钟
clock-today = 今日到期
clock-met = 按时办结
clock-suspended = 依法中止

## Refusals and errors
refusal-clause = 依据
refusal-missing = 欠缺
refusal-who = 谁可以办理
refusal-nobody = 目前没有具备条件的人员
refusal-now = 现在怎么办
errors-title = 有几处需要更正

## Drafts on the device
draft-clean = 填写内容会保存在本机，直到服务器签收
draft-unsent = 尚未提交
draft-queued = 尚未提交：没有信号，恢复后自动发送
draft-sending = 正在发送…
draft-signed = 服务器已签收
draft-refused = 未被受理：请按提示更正后再提交
draft-failed = 本机无法保存草稿，请勿关闭本页

## Timeline, steps, signatures
timeline-override = 人工改判
timeline-gap = 记录缺口
timeline-rule = 规则
timeline-ledger = 账本第
step-waiting = 未开始
step-now = 进行中
step-done = 已完成
step-held = 暂扣
step-refused = 不合格
step-suspended = 依法中止
step-skipped = 无需办理
signature-open = 待签
signature-valid = 签名有效
signature-broken = 签名无效
signature-withdrawn = 已撤销
signature-authorisation = 授权
signature-time = 时间
signature-key = 密钥
seal-qr = 核验二维码
seal-code = 核验码
seal-how = 扫码，或在此输入核验码：
