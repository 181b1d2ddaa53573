referat("d0","a3c46a",[["raadet/2024/2024-01-09.html","",[["1","Velkomst",[["24/1","sager/24-1.html"]],0,"Se logoet.",0]]]])
