"""The pages' doors to notices and alerts. Nothing here writes."""
