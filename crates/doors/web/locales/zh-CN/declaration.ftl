## Work
work-lede = 按期限排列，最紧的在前；按您可以办理的事项分组。
work-lede-overseer = 您的岗位没有待办；以下是各岗位的待办，最紧的在前。
work-all = 全部
work-none = 目前没有待办
work-none-advice = 新的报检到期限之前会出现在这里。
work-unauthorised = 您没有下列事项的有效授权，办理时会被拒绝：{ $duties }。请质量管理员授权。
number = 编号
take-back = 撤回
work-answer = 待您补正
work-accept = 待受理
work-inspect = 待查验
work-test = 待检测
work-release = 待放行
work-sign = 待签证
work-returned = 待企业补正
work-underway = 等待受理

## List
stage = 状态
filter-all = 全部
lodged-from = 报检日起
lodged-to = 报检日止
lane-later = 受理后告知
export-csv = 导出 CSV
import-csv = 导入 CSV
new-declaration = 新报检

## Form
direction = 进出口
goods-name = 货物名称
add-line = 增加一项货物
drop-line = 去掉最后一项
goods-value = 货值
goods-value-hint = 可不填；填了，学习评分可按预期损失排序
currency = 币种
currency-hint = 三位大写字母，如 CNY
country-hint = 两位大写代码，如 JP
plant-hint = 出口食品必填
lots-hint = 每行一批：批号 数量。可从表格粘贴；不填则整项为一批。
mode-general = 一般贸易
mode-bonded = 保税
mode-consolidated = 拼箱
mode-ecommerce = 跨境电商
amend-lede = 受理前可以更改；改动前后的内容都会保留。
amend-lede-accepted = 受理后只更改单证内容，货物项不能更改；须写明理由。

## Deeds
accept-declaration = 受理
give-notice = 一次性告知
send-notice = 退回并告知
answer-notice = 答复告知
notice-answer = 补正说明
answer-hint = 写明补交了哪些单证；只更改了报检内容的，可以不填。
amend-first = 先更改报检内容
send-answer = 提交补正
deficiencies = 缺陷
deficiencies-hint = 勾选全部缺陷，一次告知。
notice-remarks = 补充说明
remarks-hint = 具体缺什么、错在哪里
withdraw-hint = 货物已抽中查验的，查验结束前不能撤回。
withdraw-inspecting = 查验、检测正在进行，结束前不能撤回。
notice-breach = 违反一次性告知
notice-breach-why = 同一报检的第二次告知仍然有效，但计为违反一次性告知。
notice-n = 第 { $n } 次告知
answered = 已补正
answer-by = 请于 { $day } 前补正
amendments = 更改记录
revision-n = 第 { $n } 版
field = 栏目
was = 原为
is-now = 改为
value = 填写内容
clock-laboratory = 实验室检测时间，不计入承诺时限
clock-expert = 专家评审时间，不计入承诺时限
clock-stood = 中止 { $n } 个工作日
accepted-deemed = 期限内未告知，自收到之日起视为受理

## Steps
where-it-stands = 办理进度
step-lodged = 报检
step-accepted = 受理
step-deemed = 视为受理
step-returned = 待企业补正
step-release = 放行
step-withdrawn = 已撤回
lots-n = { $n } 批

## File
csv-file = CSV 文件
csv-hint = UTF-8，最多 2000 行、4 MiB；列与模板相同。同一文件重复上传不会重复报检。
csv-template = 下载模板
csv-lodged = 已报检 { $n } 份
csv-rejected = 退回 { $n } 行
csv-row = 行
what-to-mend = 怎么改

## Timeline
deed-declaration-lodged = 报检
deed-declaration-amended = 更改
deed-declaration-withdrawn = 撤回
deed-declaration-notice-given = 一次性告知并退回
deed-declaration-notice-answered = 补正
deed-declaration-accepted = 受理
deed-declaration-clock-suspended = 时限中止
tests-due = 检测应于此日前完成：
deed-declaration-clock-resumed = 时限恢复
deed-targeting-targeted = 布控：确定通道并抽签
deed-targeting-check-added = 加查
deed-competence-act-refused = 因岗位资质被拒绝
deed-inspection-task-opened = 下达查验任务
deed-inspection-team-assigned = 指派查验组
deed-inspection-appointed = 约定开箱
deed-inspection-result-recorded = 记录查验结果
deed-laboratory-sampled = 抽样
deed-laboratory-custody-passed = 样品交接
deed-laboratory-test-requested = 委托检测
deed-laboratory-test-resulted = 检测结果
deed-release-settled = 批次处置
deed-release-hold-lifted = 解除暂扣
deed-certificate-drafted = 拟制证书
deed-certificate-certified = 签发证书
deed-certificate-withdrawn = 撤销证书
deed-certificate-replaced = 换发证书
deed-release-treated = 检疫处理完成
deed-release-stowed = 登记集装箱和封识
deed-release-lot-removed = 监管下移出批次
deed-certificate-draft-dropped = 放弃证书草稿
deed-certificate-filled = 填写证书
add-check = 加查
add-check-hint = 写明可疑之处。加查不可撤销：抽中或加查的批次必须查验。
